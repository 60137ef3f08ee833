package io.klog.engine;

final class RecordingStorageTest extends StorageContract {
  @Override
  Storage storage() {
    return new RecordingStorage();
  }

  @Override
  String name(int number) {
    return "file" + number;
  }
}

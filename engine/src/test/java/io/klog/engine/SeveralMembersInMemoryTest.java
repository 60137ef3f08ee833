package io.klog.engine;

class SeveralMembersInMemoryTest extends SeveralMembersContract {
  @Override
  Storage storage() {
    return new FailingStorage(new MemoryStorage()); // which goes on when one has closed its file
  }

  @Override
  String file() {
    return "file";
  }
}

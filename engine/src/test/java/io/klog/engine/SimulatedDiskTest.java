package io.klog.engine;

import java.util.SplittableRandom;

/** While nothing happens to it, it is a storage like any other. */
final class SimulatedDiskTest extends StorageContract {
  @Override
  Storage storage() {
    SplittableRandom random = new SplittableRandom();
    Scheduler scheduler = new Scheduler(random.split());
    SimulatedDisk disk = new SimulatedDisk(random, scheduler, System.currentTimeMillis());
    return new SimulatedProcess(disk, new Scheduler.Task(), 1);
  }

  @Override
  String name(int number) {
    return "file" + number;
  }
}

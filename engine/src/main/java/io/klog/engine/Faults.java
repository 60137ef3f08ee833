package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.Fault;
import java.util.ArrayList;
import java.util.List;

/** What a check has found so far. For one thread. */
final class Faults {
  private final List<Fault> list = new ArrayList<>();

  void add(long position, String where, String expected, Object found) {
    list.add(new Fault(position, where, expected, String.valueOf(found)));
  }

  void add(String where, CorruptLogException damage) {
    add(damage.position(), where, damage.expected(), damage.found());
  }

  void addAll(Faults others) {
    list.addAll(others.list);
  }

  List<Fault> list() {
    return List.copyOf(list);
  }
}

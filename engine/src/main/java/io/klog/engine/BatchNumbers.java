package io.klog.engine;

import java.util.Arrays;

/** Numbers of a segment's index entries whose batches are to be read. For one thread. */
final class BatchNumbers {
  private int[] numbers = new int[8];
  private int count;

  void clear() {
    count = 0;
  }

  void add(int number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, count * 2);
    }
    numbers[count++] = number;
  }

  /** All from the one to the other, instead of those before. */
  void setAll(int first, int last) {
    clear();
    for (int number = first; number <= last; number++) {
      add(number);
    }
  }

  /** In ascending order, each once. */
  void sort() {
    Arrays.sort(numbers, 0, count);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (distinct == 0 || numbers[distinct - 1] != numbers[i]) {
        numbers[distinct++] = numbers[i];
      }
    }
    count = distinct;
  }

  int count() {
    return count;
  }

  int get(int i) {
    return numbers[i];
  }
}

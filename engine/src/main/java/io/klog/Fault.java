package io.klog;

/**
 * One thing that is wrong with what a store holds.
 *
 * @param position of the byte at which it was noticed; 0 when it is in no one place
 * @param where the structure, with its topic and partition if it has them
 */
public record Fault(long position, String where, String expected, String found) {
  @Override
  public String toString() {
    return where + " at byte " + position + ": expected " + expected + ", found " + found;
  }
}

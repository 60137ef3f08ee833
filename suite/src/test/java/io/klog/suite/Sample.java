package io.klog.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What of all the scripts is run: all commands, but not every query, of some scripts. */
final class Sample {
  private final long seed;
  private final int scripts;
  private final int queries;

  /**
   * @param scripts how many of a folder of generated scripts
   * @param queries how many of each script
   */
  Sample(long seed, int scripts, int queries) {
    this.seed = seed;
    this.scripts = scripts;
    this.queries = queries;
  }

  static Sample all() {
    return new Sample(0, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** All that were written by hand, some of each folder of generated ones. */
  List<String> scripts(List<String> names) {
    Map<String, List<String>> byFolder =
        names.stream()
            .collect(Collectors.groupingBy(Sample::folder, TreeMap::new, Collectors.toList()));
    List<String> chosen = new ArrayList<>();
    byFolder.forEach(
        (folder, all) -> {
          boolean generated = folder.contains("/");
          chosen.addAll(choose(all, generated ? scripts : all.size(), folder.hashCode()));
        });
    return chosen;
  }

  /** In their order, without the queries that were not chosen. */
  List<Entry> entries(String script, List<Entry> entries, String database) {
    List<Entry> candidates =
        entries.stream()
            .filter(entry -> entry instanceof Entry.Query && entry.isFor(database))
            .toList();
    if (candidates.size() <= queries) {
      return entries;
    }
    List<Entry> chosen = choose(candidates, queries, script.hashCode());
    List<Entry> sample = new ArrayList<>();
    int next = 0;
    for (Entry entry : entries) {
      if (!(entry instanceof Entry.Query)) {
        sample.add(entry);
      } else if (next < chosen.size() && entry == chosen.get(next)) {
        sample.add(entry);
        next++;
      }
    }
    return sample;
  }

  /** Each with the same chance, in their order. */
  private <T> List<T> choose(List<T> all, int count, int salt) {
    SplittableRandom random = new SplittableRandom(seed * 31 + salt);
    List<T> chosen = new ArrayList<>();
    int missing = Math.min(count, all.size());
    for (int i = 0; i < all.size() && missing > 0; i++) {
      if (random.nextInt(all.size() - i) < missing) {
        chosen.add(all.get(i));
        missing--;
      }
    }
    return chosen;
  }

  /** Such as {@code index/between}; the empty one for a script at the top. */
  private static String folder(String name) {
    int first = name.indexOf('/');
    int second = name.indexOf('/', first + 1);
    return name.substring(0, second >= 0 ? second : Math.max(first, 0));
  }
}

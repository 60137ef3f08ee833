package io.klog.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SampleTest {
  private static final List<String> NAMES =
      List.of(
          "select1", "select2", "evidence/in1", "random/expr/a", "random/expr/b", "index/in/10/a");

  @Test
  void aSampleHasAllScriptsWrittenByHandAndOneOfEachGeneratedFolder() {
    List<String> scripts = new Sample(1, 1, 10).scripts(NAMES);

    assertTrue(scripts.containsAll(List.of("select1", "select2", "evidence/in1", "index/in/10/a")));
    assertEquals(5, scripts.size(), scripts.toString());
    assertEquals(6, Sample.all().scripts(NAMES).size());
  }

  @Test
  void aSampleOfAScriptHasAllItsStatementsAndSomeQueriesInTheirOrder() throws Exception {
    List<Entry> all = Scripts.read("select1");

    List<Entry> some = new Sample(1, 1, 25).entries("select1", all, "klog");

    assertEquals(25, queries(some));
    assertEquals(all.size() - queries(all), some.size() - queries(some));
    List<Integer> lines = some.stream().map(Entry::line).toList();
    assertEquals(lines.stream().sorted().toList(), lines);
    assertEquals(some, new Sample(1, 1, 25).entries("select1", all, "klog"));
    assertEquals(all, Sample.all().entries("select1", all, "klog"));
  }

  private static long queries(List<Entry> entries) {
    return entries.stream().filter(Entry.Query.class::isInstance).count();
  }
}

package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Catalog;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.Topic;
import io.klog.View;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Views are kept, under names that they share with topics. */
abstract class ViewContract extends LogStoreFixture {
  @Test
  void aViewIsFoundInAnyCaseAndOutlivesTheOpening() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    View view = new View("Big", "CREATE VIEW Big AS SELECT * FROM t -- größer");
    View other = new View("a", "");
    long version = store.catalog().version();
    store.createView(view, false);
    store.createView(other, true);
    Catalog catalog = store.catalog();
    assertTrue(catalog.version() > version);
    assertEquals(view, catalog.view("BIG"));
    assertNull(catalog.view("t"));
    assertNull(catalog.topic("big"));
    assertEquals(List.of(other, view), List.copyOf(catalog.views()));
    store.dropTopic(topic);
    assertEquals(List.of(other, view), List.copyOf(reopened(store).catalog().views()));
  }

  @Test
  void topicsAndViewsShareTheirNames() {
    LogStore store = open();
    topic(store, "t");
    store.createView(new View("v", "one"), false);
    assertRefused(Reason.TOPIC_EXISTS, () -> store.createView(new View("T", "two"), true));
    assertRefused(Reason.VIEW_EXISTS, () -> store.createView(new View("V", "two"), false));
    assertRefused(Reason.VIEW_EXISTS, () -> topic(store, "V"));
    assertEquals(List.of(new View("v", "one")), List.copyOf(store.catalog().views()));
  }

  @Test
  void aViewIsReplacedAndDropped() {
    LogStore store = open();
    store.createView(new View("v", "one"), false);
    Catalog before = store.catalog();
    store.createView(new View("V", "two"), true);
    assertEquals(List.of(new View("V", "two")), List.copyOf(store.catalog().views()));
    store.dropView("v");
    assertNull(store.catalog().view("v"));
    assertEquals(new View("v", "one"), before.view("v"), "a catalog is as of one commit");
    assertRefused(Reason.UNKNOWN_VIEW, () -> store.dropView("v"));
    topic(store, "v");
  }

  @Test
  void badNamesAndEndlessTextsAreRefused() {
    LogStore store = open();
    for (String name : List.of("", "..", "a b", "x".repeat(250))) {
      assertRefused(
          Reason.INVALID_ARGUMENT, () -> store.createView(new View(name, "SELECT 1"), false));
    }
    assertRefused(
        Reason.INVALID_ARGUMENT,
        () -> store.createView(new View("v", "x".repeat((1 << 20) + 1)), false));
    store.createView(new View("v", "x".repeat(1 << 20)), false);
    assertEquals(1, store.catalog().views().size());
  }
}

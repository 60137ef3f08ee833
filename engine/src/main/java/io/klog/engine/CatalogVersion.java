package io.klog.engine;

import io.klog.Catalog;
import io.klog.Topic;
import io.klog.View;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The catalog as of one commit, with the way from a topic to its partitions' state. Immutable. */
final class CatalogVersion implements Catalog {
  static final CatalogVersion EMPTY = new CatalogVersion(0, new TreeMap<>(), new TreeMap<>());

  private final long version;
  private final SortedMap<String, TopicState> byName;
  private final SortedMap<String, View> views;
  private final Map<Long, TopicState> byId = new HashMap<>();
  private final Collection<Topic> topics;

  private CatalogVersion(
      long version, SortedMap<String, TopicState> byName, SortedMap<String, View> views) {
    this.version = version;
    this.byName = byName;
    this.views = views;
    byName.values().forEach(state -> byId.put(state.topic().id(), state));
    this.topics = byName.values().stream().map(TopicState::topic).toList();
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public Collection<Topic> topics() {
    return topics;
  }

  @Override
  public @Nullable Topic topic(String name) {
    TopicState state = byName.get(fold(name));
    return state == null ? null : state.topic();
  }

  @Override
  public Collection<View> views() {
    return Collections.unmodifiableCollection(views.values());
  }

  @Override
  public @Nullable View view(String name) {
    return views.get(fold(name));
  }

  /** Null when the topic was dropped. */
  @Nullable TopicState state(long topicId) {
    return byId.get(topicId);
  }

  Collection<TopicState> states() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /** With these topics, each in the place of what it was before, if it was there. */
  CatalogVersion with(Collection<TopicState> states) {
    TreeMap<String, TopicState> more = new TreeMap<>(byName);
    states.forEach(state -> more.put(fold(state.topic().name()), state));
    return new CatalogVersion(version + 1, more, views);
  }

  /** With a view, in the place of one of that name, if there is one. */
  CatalogVersion with(View view) {
    TreeMap<String, View> more = new TreeMap<>(views);
    more.put(fold(view.name()), view);
    return new CatalogVersion(version + 1, byName, more);
  }

  CatalogVersion withoutView(String name) {
    TreeMap<String, View> fewer = new TreeMap<>(views);
    fewer.remove(fold(name));
    return new CatalogVersion(version + 1, byName, fewer);
  }

  CatalogVersion without(Topic topic) {
    TreeMap<String, TopicState> fewer = new TreeMap<>(byName);
    fewer.remove(fold(topic.name()));
    return new CatalogVersion(version + 1, fewer, views);
  }

  CatalogVersion withVersion(long newVersion) {
    return new CatalogVersion(newVersion, byName, views);
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}

package io.klog;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The topics and views of a store as of one commit. Immutable. */
public interface Catalog {
  /** Grows with every change of the catalog; plans made for one version do not fit another. */
  long version();

  /** All topics in order of name. */
  Collection<Topic> topics();

  /** The topic of that name, whatever the case, or null. */
  @Nullable Topic topic(String name);

  /** All views in order of name. */
  Collection<View> views();

  /** The view of that name, whatever the case, or null. */
  @Nullable View view(String name);
}

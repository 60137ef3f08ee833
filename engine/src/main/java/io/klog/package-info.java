/**
 * The log store: what SQL needs of a place that keeps topics, and nothing about files.
 *
 * <p>The file store in {@code io.klog.engine} implements it; a cluster can. What must hold for
 * every implementation: offsets are per partition, ascending, and may have gaps; a transaction's
 * own records are not read back before it commits; what a {@link io.klog.Snapshot} shows is the
 * state after one commit; column values are bytes, and nothing here interprets them.
 */
@NullMarked
package io.klog;

import org.jspecify.annotations.NullMarked;

/**
 * The JDBC driver: {@code jdbc:klog:orders.klog}. JDBC's interfaces as small classes over {@link
 * io.klog.sql.Session}, which holds all that is not JDBC.
 *
 * <p>What must hold here:
 *
 * <ul>
 *   <li>No method lets anything but an SQLException out; {@code SqlExceptions} is the one place
 *       that makes them, each with its SQLState.
 *   <li>No SQLState begins with 08 and none is 0A000 while the connection is fine: connection pools
 *       throw the connection away on those.
 *   <li>A connection's session is entered by one thread at a time, under the connection's lock.
 *       What must not wait for a running statement (cancel, close, abort, isClosed, isValid) first
 *       acts without it.
 *   <li>Metadata methods give a result set, never null.
 *   <li>Time is UTC: a java.sql.Timestamp is the true instant, a LocalDateTime the UTC wall clock.
 * </ul>
 */
@NullMarked
package io.klog.jdbc;

import org.jspecify.annotations.NullMarked;

/**
 * The SQL parser: Calcite's grammar, klog's statements in it, and a filter between lexer and
 * grammar by which {@code offset}, {@code partition}, {@code timestamp} and {@code value} are
 * column names without quotes. {@link io.klog.sql.parser.KlogParser} is the entry; the {@code
 * Sql...} classes are the nodes of klog's own statements.
 *
 * <p>The build generates {@code KlogSqlParserImpl} and what goes with it into this package (see
 * {@code src/main/codegen}); nobody outside uses those.
 */
@NullMarked
package io.klog.sql.parser;

import org.jspecify.annotations.NullMarked;

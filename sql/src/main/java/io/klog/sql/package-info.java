/**
 * SQL over a log store: parsed, validated and planned by Apache Calcite, once per text and catalog
 * version; executed by klog's own operators, or by Calcite's enumerable convention where those do
 * not reach.
 *
 * <p>Values at this border are canonical: BOOLEAN {@code Boolean}; TINYINT to INTEGER {@code
 * Integer}; BIGINT {@code Long}; DECIMAL {@code BigDecimal}; REAL, FLOAT, DOUBLE {@code Double};
 * CHAR, VARCHAR {@code String}; BINARY, VARBINARY {@code byte[]}; TIMESTAMP {@code Long}, ms since
 * the epoch, UTC; DATE {@code Integer}, days since the epoch; TIME {@code Integer}, ms of the day;
 * MAP {@code Map}; ARRAY {@code List}. JDBC's classes stay in the driver.
 */
@NullMarked
package io.klog.sql;

import org.jspecify.annotations.NullMarked;

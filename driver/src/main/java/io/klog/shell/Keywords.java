package io.klog.shell;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Words of SQL that TAB completes. */
final class Keywords {
  /** With which statements begin. */
  static final List<String> STATEMENTS =
      words(
          """
          SELECT INSERT CREATE DROP ALTER DELETE SHOW DESCRIBE EXPLAIN CALL SET RESET BEGIN COMMIT
          ROLLBACK SAVEPOINT WITH VALUES
          """);

  /** What may come next, where nothing of the word is there yet. */
  static final List<String> CLAUSES =
      words("AND AS FOR FROM GROUP JOIN LIMIT ON OR ORDER VALUES WHERE");

  static final List<String> OTHERS =
      words(
          """
          ADD ALL AND ANY ARRAY AS ASC AVG BETWEEN BIGINT BOOLEAN BY CASE CAST CHAR CHAR_LENGTH
          COALESCE COLUMN CONSUMER COUNT CROSS CURRENT_TIMESTAMP DATE DECIMAL DESC DESCRIPTOR
          DISTINCT DOUBLE ELSE END EXCEPT EXISTS EXTRACT FALSE FETCH FILTER FIRST FLOAT FOR FROM
          FULL GROUP GROUPS HAVING IF IN INNER INTEGER INTERSECT INTERVAL INTO IS JOIN
          JSON_ARRAY JSON_EXISTS JSON_OBJECT JSON_QUERY JSON_VALUE KEY LAST LEFT LIKE LIMIT LOWER
          MAP MAX MIN NOT NULL NULLIF NULLS OFFSET ON OR ORDER OUTER OVER PARTITION POSITION REAL
          REPLACE RIGHT ROW_NUMBER SMALLINT STREAM SUBSTRING SUM TABLE THEN TIME TIMESTAMP TINYINT
          TOPIC TOPICS TRIM TRUE TUMBLE UNION UNNEST UPPER USING VARBINARY VARCHAR VIEW VIEWS WHEN
          WHERE
          """);

  /** What would be another thing than a name, or none, if it stood where a name should. */
  private static final Set<String> RESERVED =
      Set.copyOf(
          words(
              """
              ALL ALTER AND ANY ARRAY AS BEGIN BETWEEN BIGINT BOOLEAN BY CALL CASE CAST CHAR COMMIT
              COUNT CREATE CROSS CURRENT DATE DECIMAL DELETE DESCRIBE DISTINCT DOUBLE DROP ELSE END
              EXCEPT EXISTS EXPLAIN FALSE FETCH FILTER FLOAT FOR FROM FULL GROUP HAVING HOUR IN
              INNER INSERT INTEGER INTERSECT INTERVAL INTO IS JOIN LEFT LIKE LIMIT MAX MIN MINUTE
              MONTH NOT NULL ON OR ORDER OUTER OVER PRIMARY REAL RESET RIGHT ROLLBACK ROW ROWS
              SAVEPOINT SECOND SELECT SET SHOW SMALLINT START STREAM SUM TABLE THEN TIME TINYINT TO
              TRUE UNION UNIQUE UPDATE USER USING VALUES VARBINARY VARCHAR WHEN WHERE WITH YEAR
              """));

  private Keywords() {}

  static boolean isReserved(String name) {
    return RESERVED.contains(name.toUpperCase(Locale.ROOT));
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+", -1));
  }
}

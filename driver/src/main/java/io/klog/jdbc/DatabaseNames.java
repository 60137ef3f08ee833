package io.klog.jdbc;

/** How klog and its parts are called, and how it spells names, words and functions. */
abstract class DatabaseNames extends DatabaseLimits {
  @Override
  public final String getDatabaseProductName() {
    return "klog";
  }

  @Override
  public final String getDatabaseProductVersion() {
    return DriverVersion.TEXT;
  }

  @Override
  public final int getDatabaseMajorVersion() {
    return DriverVersion.MAJOR;
  }

  @Override
  public final int getDatabaseMinorVersion() {
    return DriverVersion.MINOR;
  }

  @Override
  public final String getDriverName() {
    return "klog JDBC driver";
  }

  @Override
  public final String getDriverVersion() {
    return DriverVersion.TEXT;
  }

  @Override
  public final int getDriverMajorVersion() {
    return DriverVersion.MAJOR;
  }

  @Override
  public final int getDriverMinorVersion() {
    return DriverVersion.MINOR;
  }

  @Override
  public final int getJDBCMajorVersion() {
    return 4;
  }

  @Override
  public final int getJDBCMinorVersion() {
    return 3;
  }

  @Override
  public final String getSchemaTerm() {
    return "schema";
  }

  @Override
  public final String getCatalogTerm() {
    return "";
  }

  @Override
  public final String getProcedureTerm() {
    return "procedure";
  }

  @Override
  public final String getCatalogSeparator() {
    return ".";
  }

  @Override
  public final boolean isCatalogAtStart() {
    return true;
  }

  @Override
  public final boolean usesLocalFiles() {
    return true;
  }

  @Override
  public final boolean usesLocalFilePerTable() {
    return false;
  }

  // Identifiers: kept as written, matched without case, whether quoted or not.

  @Override
  public final String getIdentifierQuoteString() {
    return "\"";
  }

  @Override
  public final String getSearchStringEscape() {
    return LikePattern.ESCAPE;
  }

  @Override
  public final String getExtraNameCharacters() {
    return "";
  }

  @Override
  public final boolean storesMixedCaseIdentifiers() {
    return true;
  }

  @Override
  public final boolean storesMixedCaseQuotedIdentifiers() {
    return true;
  }

  @Override
  public final boolean storesLowerCaseIdentifiers() {
    return false;
  }

  @Override
  public final boolean storesLowerCaseQuotedIdentifiers() {
    return false;
  }

  @Override
  public final boolean storesUpperCaseIdentifiers() {
    return false;
  }

  @Override
  public final boolean storesUpperCaseQuotedIdentifiers() {
    return false;
  }

  @Override
  public final boolean supportsMixedCaseIdentifiers() {
    return false;
  }

  @Override
  public final boolean supportsMixedCaseQuotedIdentifiers() {
    return false;
  }

  // Words and functions, as comma lists.

  @Override
  public final String getSQLKeywords() {
    return "DESCRIBE,EXPLAIN,LIMIT,MINUS,QUALIFY,SHOW,STREAM,UPSERT";
  }

  @Override
  public final String getNumericFunctions() {
    return "ABS,ACOS,ASIN,ATAN,ATAN2,CEILING,COS,COT,DEGREES,EXP,FLOOR,LOG,LOG10,MOD,PI,POWER,"
        + "RADIANS,RAND,ROUND,SIGN,SIN,SQRT,TAN,TRUNCATE";
  }

  @Override
  public final String getStringFunctions() {
    return "ASCII,CHAR,CHAR_LENGTH,CHARACTER_LENGTH,CONCAT,DIFFERENCE,INSERT,LCASE,LEFT,LENGTH,"
        + "LOCATE,LTRIM,OCTET_LENGTH,POSITION,REPEAT,REPLACE,RIGHT,RTRIM,SOUNDEX,SPACE,SUBSTRING,"
        + "UCASE";
  }

  @Override
  public final String getSystemFunctions() {
    return "DATABASE,IFNULL,USER";
  }

  @Override
  public final String getTimeDateFunctions() {
    return "CURDATE,CURRENT_DATE,CURRENT_TIME,CURRENT_TIMESTAMP,CURTIME,DAYNAME,DAYOFMONTH,"
        + "DAYOFWEEK,DAYOFYEAR,EXTRACT,HOUR,MINUTE,MONTH,MONTHNAME,NOW,QUARTER,SECOND,TIMESTAMPADD,"
        + "TIMESTAMPDIFF,WEEK,YEAR";
  }
}

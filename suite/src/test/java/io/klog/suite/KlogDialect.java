package io.klog.suite;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** klog: tables are typed topics, which are appended to. */
final class KlogDialect implements Dialect {
  private static final Pattern CHANGE =
      begins("(?:UPDATE|DELETE\\s+FROM|REPLACE\\s+INTO|INSERT\\s+OR\\s+\\w+\\s+INTO)\\s+(\\w+)");
  private static final Pattern INDEX =
      begins("(?:CREATE\\s+(?:UNIQUE\\s+)?INDEX|DROP\\s+INDEX|REINDEX)\\b");
  private static final Pattern TRIGGER = begins("(?:CREATE|DROP)\\s+TRIGGER\\b");
  private static final Pattern CREATE_TABLE = begins("CREATE\\s+TABLE\\s+(\\w+)\\s*\\(");
  private static final Pattern DROP_TABLE = begins("DROP\\s+TABLE\\s+(\\w+)");
  private static final Pattern CREATE_VIEW = begins("CREATE\\s+VIEW\\s+(\\w+)");
  private static final Pattern INNER_STAR =
      anywhere("((?:INSERT\\s+INTO\\s+\\w+\\s+|\\(\\s*)SELECT)\\s+\\*\\s+(FROM\\s+(\\w+))");
  private static final Pattern GROUP_BY = anywhere("\\bGROUP\\s+BY\\b([^)]*)");
  private static final Pattern REFUSED_COLUMN =
      anywhere("Expression '(?:[^']*\\.)?(\\w+)' is not being grouped");
  private static final Pattern BYTES = anywhere("\\bx'[0-9a-f]*'");
  private static final Pattern EMPTY_LIST = anywhere("\\bIN\\s*\\(\\s*\\)");
  private static final Pattern DISTINCT_STAR = anywhere("\\bDISTINCT\\s+(?:\\w+\\s*\\.\\s*)?\\*");
  private static final Pattern CONSTRAINT = anywhere("\\s+(?:PRIMARY\\s+KEY|UNIQUE)\\b");
  private static final Pattern COLUMN = anywhere("[(,]\\s*([a-z_]\\w*)");
  private static final Pattern TEXT = anywhere("\\bTEXT\\b");
  private static final Pattern EXTRA = anywhere("^(?:offset|partition|timestamp|headers)\\d*$");

  /** By table, what its columns are called. */
  private final Map<String, List<String>> columns = new HashMap<>();

  /** Tables and views that are not as the script expects. */
  private final Set<String> changed = new HashSet<>();

  private static Pattern begins(String regex) {
    return Pattern.compile("^\\s*" + regex, Pattern.CASE_INSENSITIVE);
  }

  private static Pattern anywhere(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  @Override
  public String database() {
    return "klog";
  }

  @Override
  public Optional<Rule> skip(Entry entry) {
    if (entry instanceof Entry.Query query) {
      return namesChanged(query.sql())
          ? Optional.of(Rule.AFTER_CHANGE)
          : rule(DISTINCT_STAR, query.sql(), Rule.DISTINCT_STAR)
              .or(() -> rule(EMPTY_LIST, query.sql(), Rule.EMPTY_LIST));
    }
    return entry instanceof Entry.Command command ? skip(command) : Optional.empty();
  }

  private Optional<Rule> skip(Entry.Command command) {
    String sql = command.sql();
    Optional<Rule> rule =
        rule(INDEX, sql, Rule.INDEX)
            .or(() -> rule(TRIGGER, sql, Rule.TRIGGER))
            .or(() -> rule(CHANGE, sql, Rule.CHANGES_ROWS));
    if (rule.isPresent()) {
      if (rule.get() == Rule.CHANGES_ROWS && !command.fails()) {
        changed.add(name(CHANGE, sql).orElseThrow());
      }
      return rule;
    }
    Optional<String> table = name(CREATE_TABLE, sql).or(() -> name(DROP_TABLE, sql));
    if (table.isPresent()) {
      changed.remove(table.get());
      return Optional.empty();
    }
    if (!namesChanged(sql)) {
      return Optional.empty();
    }
    name(CREATE_VIEW, sql).ifPresent(changed::add);
    return Optional.of(Rule.AFTER_CHANGE);
  }

  @Override
  public Optional<Rule> excuse(Entry entry, SQLException failure) {
    if (!(entry instanceof Entry.Query query)) {
      return Optional.empty();
    }
    String message = String.valueOf(failure.getMessage());
    return switch (failure.getSQLState()) {
      case "22012" -> Optional.of(Rule.DIVISION_BY_ZERO);
      case "42000" ->
          message.contains("compatible types")
              ? rule(BYTES, query.sql(), Rule.BYTES_AND_NUMBERS)
              : Optional.empty();
      case "42803" ->
          isUngrouped(message, query.sql()) ? Optional.of(Rule.UNGROUPED) : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Whether the column that a refusal names is indeed none that the query groups by. */
  private static boolean isUngrouped(String message, String sql) {
    Matcher refused = REFUSED_COLUMN.matcher(message);
    Matcher grouping = GROUP_BY.matcher(sql);
    return refused.find()
        && grouping.find()
        && !Arrays.asList(lower(grouping.group(1)).split("\\W+", -1))
            .contains(lower(refused.group(1)));
  }

  /**
   * Constraints are left out, for no topic has them; where {@code *} is not of the whole query, the
   * columns of the table are named, for it has those of every record, too.
   */
  @Override
  public String translate(String sql) {
    String plain = sql.strip().replaceAll(";$", "");
    Optional<String> table = name(CREATE_TABLE, plain);
    if (table.isPresent()) {
      String bare = TEXT.matcher(CONSTRAINT.matcher(plain).replaceAll("")).replaceAll("VARCHAR");
      columns.put(table.get(), columnsOf(bare));
      return bare;
    }
    return INNER_STAR
        .matcher(plain)
        .replaceAll(
            star -> {
              List<String> names = columns.getOrDefault(lower(star.group(3)), List.of("*"));
              return star.group(1) + " " + String.join(", ", names) + " " + star.group(2);
            });
  }

  @Override
  public boolean isExtra(String label) {
    return EXTRA.matcher(label).find();
  }

  private static List<String> columnsOf(String createTable) {
    String list = createTable.substring(createTable.indexOf('('), createTable.lastIndexOf(')'));
    return COLUMN.matcher(list).results().map(column -> column.group(1)).toList();
  }

  private boolean namesChanged(String sql) {
    return !changed.isEmpty()
        && Arrays.stream(sql.split("\\W+", -1)).map(KlogDialect::lower).anyMatch(changed::contains);
  }

  private static Optional<Rule> rule(Pattern pattern, String sql, Rule rule) {
    return pattern.matcher(sql).find() ? Optional.of(rule) : Optional.empty();
  }

  private static Optional<String> name(Pattern pattern, String sql) {
    Matcher matcher = pattern.matcher(sql);
    return matcher.find() ? Optional.of(lower(matcher.group(1))) : Optional.empty();
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}

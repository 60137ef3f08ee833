<#-- klog's own statements and tokens; included into the productions of Parser.jj. -->

/*
 * Tokens that no text gives: this lexical state is never entered. WordFilter alone hands them out,
 * in place of the word that they are called after, where the word by itself would mislead a grammar
 * that looks one token ahead.
 */
<WORD_FILTER> TOKEN :
{
    // FOR, where CONSUMER follows: FOR alone makes FROM expect SYSTEM_TIME.
    < FOR_GROUP: "FOR" >
    // EXPLAIN, where PLAN does not follow.
|   < EXPLAIN_ALONE: "EXPLAIN" >
    // TIMESTAMP, where no literal follows: a column, or a type.
|   < TIMESTAMP_WORD: "TIMESTAMP" >
}

/** Parses a whole text: one statement. */
SqlNode KlogStatementEof() :
{
    SqlNode statement;
    SqlNode group;
    final Span s;
}
{
    (
        // JDBC's escape.
        <LBRACE> statement = SqlProcedureCall() <RBRACE>
    |
        statement = SqlStmt()
    )
    { s = Span.of(statement); }
    [
        <FOR_GROUP> <CONSUMER> <GROUP> group = ConsumerGroupName() {
            statement =
                SqlForConsumerGroup.over(s.end(this), statement, group, nDynamicParams);
        }
    ]
    [ <SEMICOLON> ]
    <EOF>
    { return statement; }
}

SqlNode ConsumerGroupName() :
{
    final SqlNode name;
    final String text;
}
{
    name = SimpleIdentifier() { return name; }
|
    name = DynamicParam() { return name; }
|
    text = SimpleStringLiteral() { return SqlLiteral.createCharString(text, getPos()); }
}

/** Parses TIMESTAMP where a type stands; see {@code TIMESTAMP_WORD}. */
SqlTypeNameSpec TimestampTypeName() :
{
    final Span s;
    final int precision;
    final SqlTypeName typeName;
}
{
    <TIMESTAMP_WORD> { s = span(); }
    precision = PrecisionOpt()
    typeName = TimeZoneOpt(false)
    { return new SqlBasicTypeNameSpec(typeName, precision, s.end(this)); }
}

SqlCreate CreateTopic(Span s, boolean replace) :
{
    boolean ifNotExists = false;
    final SqlIdentifier name;
    SqlNodeList columns = null;
    SqlNodeList optionList = SqlNodeList.EMPTY;
}
{
    ( <TOPIC> | <TABLE> )
    [ LOOKAHEAD(2) <IF> <NOT> <EXISTS> { ifNotExists = true; } ]
    name = CompoundIdentifier()
    [ columns = TopicColumns() ]
    [ <WITH> optionList = TopicOptions() ]
    {
        return SqlCreateTopic.of(s.end(this), replace, ifNotExists, name, columns, optionList);
    }
}

SqlNodeList TopicColumns() :
{
    final Span s;
    final List<SqlNode> columns = new ArrayList<SqlNode>();
    SqlNode column;
}
{
    <LPAREN> { s = span(); }
    column = TopicColumn() { columns.add(column); }
    ( <COMMA> column = TopicColumn() { columns.add(column); } )*
    <RPAREN>
    { return new SqlNodeList(columns, s.end(this)); }
}

SqlNode TopicColumn() :
{
    final SqlIdentifier name;
    final SqlDataTypeSpec type;
    boolean key = false;
    boolean nullable = true;
}
{
    name = SimpleIdentifier()
    type = DataType()
    [ <KEY> { key = true; } ]
    [
        <NOT> <NULL> { nullable = false; }
    |
        <NULL>
    ]
    {
        return new SqlTopicColumn(
            Span.of(name).end(this), name, type.withNullable(nullable), key);
    }
}

/** Parses ('option'='value', ...) to a flat list of names and values. */
SqlNodeList TopicOptions() :
{
    final Span s;
    final List<SqlNode> list = new ArrayList<SqlNode>();
}
{
    <LPAREN> { s = span(); }
    AddTopicOption(list)
    ( <COMMA> AddTopicOption(list) )*
    <RPAREN>
    { return new SqlNodeList(list, s.end(this)); }
}

void AddTopicOption(List<SqlNode> list) :
{
    String text;
}
{
    text = SimpleStringLiteral() { list.add(SqlLiteral.createCharString(text, getPos())); }
    <EQ>
    text = SimpleStringLiteral() { list.add(SqlLiteral.createCharString(text, getPos())); }
}

/** Parses ('option', ...) to a list of names. */
SqlNodeList TopicOptionNames() :
{
    final Span s;
    final List<SqlNode> list = new ArrayList<SqlNode>();
    String text;
}
{
    <LPAREN> { s = span(); }
    text = SimpleStringLiteral() { list.add(SqlLiteral.createCharString(text, getPos())); }
    (
        <COMMA>
        text = SimpleStringLiteral() { list.add(SqlLiteral.createCharString(text, getPos())); }
    )*
    <RPAREN>
    { return new SqlNodeList(list, s.end(this)); }
}

SqlNode AlterTopic() :
{
    final Span s;
    final SqlIdentifier name;
    final SqlNodeList list;
    final List<SqlNode> columns = new ArrayList<SqlNode>();
    SqlNode column;
}
{
    <ALTER> { s = span(); }
    ( <TOPIC> | <TABLE> )
    name = CompoundIdentifier()
    (
        <SET> list = TopicOptions()
        { return SqlAlterTopic.set(s.end(this), name, list); }
    |
        <RESET> list = TopicOptionNames()
        { return SqlAlterTopic.reset(s.end(this), name, list); }
    |
        column = AddedColumn() { columns.add(column); }
        ( <COMMA> column = AddedColumn() { columns.add(column); } )*
        {
            return SqlAlterTopic.add(
                s.end(this), name, new SqlNodeList(columns, Span.of(columns).pos()));
        }
    )
}

SqlNode AddedColumn() :
{
    final SqlNode column;
}
{
    <ADD>
    // A column may be called "column".
    [ LOOKAHEAD(<COLUMN> SimpleIdentifier()) <COLUMN> ]
    column = TopicColumn()
    { return column; }
}

SqlCreate CreateView(Span s, boolean replace) :
{
    final SqlIdentifier name;
    SqlNodeList columns = null;
    final SqlNode query;
}
{
    <VIEW>
    name = CompoundIdentifier()
    [ columns = ParenthesizedSimpleIdentifierList() ]
    <AS>
    query = OrderedQueryOrExpr(ExprContext.ACCEPT_QUERY)
    { return new SqlCreateView(s.end(this), replace, name, columns, query); }
}

SqlDrop DropView(Span s, boolean replace) :
{
    boolean ifExists = false;
    final SqlIdentifier name;
}
{
    <VIEW>
    [ LOOKAHEAD(2) <IF> <EXISTS> { ifExists = true; } ]
    name = CompoundIdentifier()
    { return new SqlDropView(s.end(this), ifExists, name); }
}

/** Parses EXPLAIN, without PLAN FOR; see {@code EXPLAIN_ALONE}. */
SqlNode ExplainStatement() :
{
    final Span s;
    final SqlNode explained;
}
{
    <EXPLAIN_ALONE> { s = span(); }
    explained = SqlQueryOrDml()
    {
        return new SqlExplain(
            s.end(this),
            explained,
            SqlExplainLevel.EXPPLAN_ATTRIBUTES.symbol(SqlParserPos.ZERO),
            SqlExplain.Depth.PHYSICAL.symbol(SqlParserPos.ZERO),
            SqlExplainFormat.TEXT.symbol(SqlParserPos.ZERO),
            nDynamicParams);
    }
}

SqlDrop DropTopic(Span s, boolean replace) :
{
    boolean ifExists = false;
    final SqlIdentifier name;
}
{
    ( <TOPIC> | <TABLE> )
    [ LOOKAHEAD(2) <IF> <EXISTS> { ifExists = true; } ]
    name = CompoundIdentifier()
    { return new SqlDropTopic(s.end(this), ifExists, name); }
}

SqlDrop DropConsumerGroup(Span s, boolean replace) :
{
    boolean ifExists = false;
    final SqlNode name;
    final String text;
}
{
    <CONSUMER> <GROUP>
    [ LOOKAHEAD(2) <IF> <EXISTS> { ifExists = true; } ]
    (
        name = SimpleIdentifier()
    |
        text = SimpleStringLiteral() { name = SqlLiteral.createCharString(text, getPos()); }
    )
    { return new SqlDropConsumerGroup(s.end(this), ifExists, name); }
}

SqlNode ShowStatement() :
{
    final Span s;
    final SqlIdentifier name;
    final SqlIdentifier setting;
}
{
    <SHOW> { s = span(); }
    (
        <TOPICS> { return new SqlShow(s.end(this), SqlShow.Subject.TOPICS); }
    |
        <CONSUMER> <GROUPS> { return new SqlShow(s.end(this), SqlShow.Subject.CONSUMER_GROUPS); }
    |
        <VIEWS> { return new SqlShow(s.end(this), SqlShow.Subject.VIEWS); }
    |
        <COLUMNS> ( <FROM> | <IN> ) name = CompoundIdentifier()
        { return new SqlDescribeTopic(s.end(this), name); }
    |
        <ALL> { return new SqlShow(s.end(this), SqlShow.Subject.SETTINGS); }
    |
        <CREATE>
        (
            ( <TOPIC> | <TABLE> ) name = CompoundIdentifier()
            { return new SqlShowCreate(s.end(this), SqlShowCreate.Subject.TOPIC, name); }
        |
            <VIEW> name = CompoundIdentifier()
            { return new SqlShowCreate(s.end(this), SqlShowCreate.Subject.VIEW, name); }
        )
    |
        setting = CompoundIdentifier() { return new SqlShowSetting(s.end(this), setting); }
    )
}

/** Parses what begins and ends transactions, and the savepoints within. */
SqlNode TransactionStatement() :
{
    final Span s;
    SqlIdentifier savepoint = null;
}
{
    (
        <BEGIN> { s = span(); } [ <TRANSACTION> | <WORK> ]
        { return new SqlTransaction(s.end(this), SqlTransaction.Action.BEGIN, null); }
    |
        <START> { s = span(); } <TRANSACTION>
        { return new SqlTransaction(s.end(this), SqlTransaction.Action.BEGIN, null); }
    |
        <COMMIT> { s = span(); } [ <TRANSACTION> | <WORK> ]
        { return new SqlTransaction(s.end(this), SqlTransaction.Action.COMMIT, null); }
    |
        <ROLLBACK> { s = span(); } [ <TRANSACTION> | <WORK> ]
        [ <TO> [ LOOKAHEAD(2) <SAVEPOINT> ] savepoint = SimpleIdentifier() ]
        {
            return new SqlTransaction(
                s.end(this),
                savepoint == null
                    ? SqlTransaction.Action.ROLLBACK
                    : SqlTransaction.Action.ROLLBACK_TO,
                savepoint);
        }
    |
        <SAVEPOINT> { s = span(); } savepoint = SimpleIdentifier()
        { return new SqlTransaction(s.end(this), SqlTransaction.Action.SAVEPOINT, savepoint); }
    |
        <RELEASE> { s = span(); } [ LOOKAHEAD(2) <SAVEPOINT> ] savepoint = SimpleIdentifier()
        { return new SqlTransaction(s.end(this), SqlTransaction.Action.RELEASE, savepoint); }
    )
}

SqlNode DescribeTopic() :
{
    final Span s;
    final SqlIdentifier name;
}
{
    <DESCRIBE> { s = span(); }
    (
        // A topic may be called "topic".
        LOOKAHEAD(<TOPIC> CompoundIdentifier())
        <TOPIC>
    |
        <TABLE>
    |
        {}
    )
    name = CompoundIdentifier()
    { return new SqlDescribeTopic(s.end(this), name); }
}

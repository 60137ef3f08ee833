package io.klog.sql;

import java.util.List;

/**
 * What CALL can run, as tools want to know it. It takes text and gives rows.
 *
 * @param parameters by name; the first {@code required} of them have to be given
 * @param signature as people write it
 */
public record ProcedureInfo(
    String schema, String name, List<String> parameters, int required, String signature) {}

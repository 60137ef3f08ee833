package io.klog.sql;

import com.fasterxml.jackson.core.io.SerializedString;
import io.klog.Column;
import io.klog.Topic;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/**
 * How what is given for declared columns becomes a record: all that is the same for every execution
 * of a plan. Never changed.
 */
final class RecordLayout {
  final Topic topic;
  final List<Column> declared;
  final RelDataType[] types;
  final TopicFormat format;

  /** Whether a record without a value deletes its key. */
  final boolean compacts;

  /** The names of the members of the value's object; null in the place of the key. */
  final @Nullable SerializedString[] names;

  /** The place of the column that is the key, or -1. */
  final int keyField;

  RecordLayout(Topic topic, Columns columns) {
    this.topic = topic;
    this.declared = columns.declared();
    this.types = columns.declaredTypes().toArray(new RelDataType[0]);
    this.format = TopicFormat.of(topic);
    this.compacts = DdlPlanner.isCompacted(topic);
    this.names = new SerializedString[types.length];
    int key = -1;
    for (int i = 0; i < types.length; i++) {
      if (declared.get(i).isKey()) {
        key = i;
      } else {
        names[i] = new SerializedString(declared.get(i).name());
      }
    }
    this.keyField = key;
  }
}

package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.engine.FaultScenario.Trace;
import io.klog.engine.RecordingStorage.Event;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A scenario that does not do what its name says would find nothing. */
class FaultScenarioTest {
  static List<FaultScenario> scenarios() {
    return FaultScenario.all();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void doesToTheFileWhatItSays(FaultScenario scenario) {
    RecordingStorage recording = new RecordingStorage();
    FaultyRun run =
        new FaultyRun(recording, scenario.limits(), ForkJoinPool.commonPool(), commits -> {});
    scenario.prepare().accept(run);
    int before = recording.events().size();
    scenario.act().accept(run);
    Set<Trace> seen = EnumSet.noneOf(Trace.class);
    List<Event> events = recording.events();
    for (int i = before; i < events.size(); i++) {
      see(events.get(i), seen, size(events.subList(0, i)));
    }
    assertTrue(seen.containsAll(scenario.writes()), () -> scenario + ": " + seen);
  }

  private static long size(List<Event> events) {
    long size = 0;
    for (Event event : events) {
      if (event.kind == Event.Kind.RESIZE) {
        size = event.position;
      } else if (event.kind == Event.Kind.WRITE) {
        size = Math.max(size, event.position + event.bytes.length);
      }
    }
    return size;
  }

  private static void see(Event event, Set<Trace> seen, long size) {
    if (event.kind == Event.Kind.SYNCED) {
      seen.add(Trace.SYNC);
    } else if (event.kind == Event.Kind.RESIZE && event.position < size) {
      seen.add(Trace.CUT);
    } else if (event.kind == Event.Kind.WRITE && size > 0) {
      if (event.position == 0 || event.position == Extent.PAGE) {
        seen.add(Trace.CHECKPOINT);
      } else {
        seeRecord(event.bytes, seen);
      }
    }
  }

  private static void seeRecord(byte[] bytes, Set<Trace> seen) {
    if (bytes.length < CommitRecord.PAYLOAD
        || LittleEndian.getInt(bytes, CommitRecord.LENGTH) != bytes.length) {
      return;
    }
    byte kind = bytes[CommitRecord.KIND];
    if (kind == CommitRecord.LINK) {
      seen.add(Trace.LINK);
    } else if (kind == CommitRecord.EPOCH) {
      seen.add(Trace.EPOCH);
    } else if (kind == CommitRecord.COMMIT) {
      int end = CommitRecord.PAYLOAD + LittleEndian.getInt(bytes, CommitRecord.PAYLOAD_LENGTH);
      ByteSource changes = new ByteSource(FaultyRun.NAME, 0, bytes, CommitRecord.PAYLOAD, end);
      while (changes.hasMore()) {
        see(Change.read(changes), seen);
      }
    }
  }

  private static void see(Change change, Set<Trace> seen) {
    if (change instanceof Change.BatchInlined) {
      seen.add(Trace.INLINED);
    } else if (change instanceof Change.RangeWritten) {
      seen.add(Trace.RANGE);
    } else if (change instanceof Change.PositionMoved) {
      seen.add(Trace.MOVED);
    } else if (change instanceof Change.TopicCreated) {
      seen.add(Trace.CREATED);
    } else if (change instanceof Change.TopicDropped) {
      seen.add(Trace.DROPPED);
    }
  }
}

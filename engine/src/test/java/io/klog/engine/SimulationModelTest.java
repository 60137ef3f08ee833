package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.engine.SimulationModel.Attempt;
import io.klog.engine.SimulationModel.Part;
import io.klog.engine.SimulationModel.Place;
import io.klog.engine.SimulationTopics.ModelTopic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The model refuses each history that no store may have. */
class SimulationModelTest {
  private final SimulationModel model = new SimulationModel(false);
  private final ModelTopic topic = model.topics().creating("t", 2);

  private Attempt attempt() {
    return model.attempt(1, 0, List.of(new Part(topic, 1, 3, 0)), Map.of());
  }

  private static void assertRefused(String part, Executable history) {
    AssertionError e = assertThrows(AssertionError.class, history);
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }

  @Test
  void offsetsAreToldOnce() {
    model.acknowledged(attempt(), 0, new long[] {0}, false);
    assertRefused("the offset of", () -> model.acknowledged(attempt(), 0, new long[] {3}, false));
  }

  @Test
  void whatIsFoundIsWhatWasTold() {
    Attempt first = attempt();
    model.acknowledged(first, 0, new long[] {0}, false);
    assertRefused("where", () -> model.found(0, attempt().id));
    assertRefused("0 and 1", () -> model.acknowledged(first, 1, new long[] {0}, false));
    assertRefused("nobody wrote", () -> model.found(0, 99));
    assertEquals(first, model.found(0, first.id));
    assertRefused("where another is", () -> model.found(0, attempt().id));
    assertRefused("0 and 1", () -> model.found(1, first.id));
  }

  @Test
  void offsetsOfPartsFollowFromTheOrder() {
    model.found(0, attempt().id);
    Attempt second = attempt();
    model.acknowledged(second, 1, new long[] {2}, false);
    assertRefused("was told 2, is at 3", () -> model.found(1, second.id));
  }

  @Test
  void whatWasRefusedIsNeverThere() {
    Attempt refused = attempt();
    model.refused(refused);
    assertRefused("was refused", () -> model.found(0, refused.id));
  }

  @Test
  void aPowerCutTakesOnlyWhatIsNotDurable() {
    Attempt first = attempt();
    Attempt second = attempt();
    model.acknowledged(first, 0, new long[] {0}, true);
    model.acknowledged(second, 1, new long[] {3}, false);
    model.found(0, first.id);
    model.found(1, second.id);
    assertEquals(2, model.acknowledgedEnd());
    assertEquals(6, topic.end(1, 2));
    model.cut();
    assertEquals(1, model.acknowledgedEnd());
    assertEquals(3, topic.end(1, 2));
    model.found(1, attempt().id);
    assertRefused("outlived", () -> model.found(2, second.id));
  }

  @Test
  void nothingOutlivesAPowerCutWithoutWhatWasBefore() {
    Attempt old = attempt();
    model.cut();
    model.found(0, attempt().id);
    assertRefused("outlived", () -> model.found(1, old.id));
  }

  @Test
  void groupsStandWhereTheLastCommitPutThem() {
    Place place = new Place("g", "t", 0);
    model.found(0, model.attempt(1, 0, List.of(), Map.of(place, 5L)).id);
    model.found(1, model.attempt(1, 0, List.of(), Map.of(place, 4L)).id);
    assertEquals(Map.of(place, 5L), model.positions(1));
    assertEquals(Map.of(place, 4L), model.positions(2));
  }

  @Test
  void topicsAreThereFromTheirCreationToTheirDrop() {
    SimulationTopics topics = model.topics();
    assertEquals(List.of(), topics.present());
    topic.created();
    assertRefused("is lost", () -> topics.checkCatalog(topics.present(), List.of(), List.of()));
    topic.dropping();
    assertEquals(List.of(), topics.present());
    topic.dropped();
    assertRefused("is back", () -> topics.checkCatalog(List.of(), topics.absent(), List.of("t")));
  }
}

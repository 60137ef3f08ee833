package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.sql.SqlFault;
import io.klog.sql.StatementControl;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class RunningControlTest {
  private final ConnectionLock lock = new ConnectionLock();
  private final RunningControl running = new RunningControl();

  @Test
  void aCancelBeforeThereIsAControlIsNotLost() throws SQLException {
    running.begin(lock, 0);
    running.cancel();
    assertEquals("57014", assertThrows(SqlFault.class, () -> running.ofQuery(0)).sqlState());
    assertEquals("57014", assertThrows(SqlFault.class, running::ofUpdate).sqlState());
    lock.unlock();

    running.begin(lock, 0);
    assertFalse(running.ofQuery(0).getAsBoolean());
    assertFalse(running.ofUpdate().getAsBoolean());
    lock.unlock();
  }

  @Test
  void aCancelIsOfAllStatementsOfABatch() throws SQLException {
    running.begin(lock, 0);
    StatementControl first = running.ofUpdate();
    running.cancel();
    assertTrue(first.getAsBoolean());
    assertThrows(SqlFault.class, running::ofUpdate);
    assertThrows(SqlFault.class, running::ofUpdate);
    lock.unlock();
  }

  @Test
  void aCancelBetweenTwoCallsIsOfNeither() throws SQLException {
    running.begin(lock, 0);
    StatementControl first = running.ofUpdate();
    lock.unlock();
    running.cancel();
    running.begin(lock, 0);
    assertTrue(first.getAsBoolean());
    assertFalse(running.ofUpdate().getAsBoolean());
    lock.unlock();
  }

  @Test
  void theTimeOfAnUpdateIsThatOfItsCall() throws Exception {
    running.begin(lock, 1);
    Thread.sleep(1);
    assertEquals("HYT00", assertThrows(SqlFault.class, running::ofUpdate).sqlState());
    lock.unlock();
  }
}

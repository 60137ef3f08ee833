package io.klog.sql;

import java.lang.reflect.Method;
import org.apache.calcite.adapter.enumerable.CallImplementor;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.ImplementableFunction;
import org.apache.calcite.schema.ScalarFunction;
import org.apache.calcite.schema.impl.ReflectiveFunctionBase;
import org.apache.calcite.schema.impl.ScalarFunctionImpl;

/**
 * A function of {@link TextFunctions}. What Calcite's code generation needs of it is made when that
 * asks: making it loads all implementors of all functions, a tenth of a second that klog's own
 * plans do without.
 */
final class OwnFunction extends ReflectiveFunctionBase
    implements ScalarFunction, ImplementableFunction {
  private OwnFunction(Method method) {
    super(method);
  }

  static OwnFunction of(String name) {
    for (Method method : TextFunctions.class.getDeclaredMethods()) {
      if (method.getName().equals(name)) {
        return new OwnFunction(method);
      }
    }
    throw new AssertionError(name);
  }

  @Override
  public RelDataType getReturnType(RelDataTypeFactory types) {
    return types.createJavaType(method.getReturnType());
  }

  @Override
  public CallImplementor getImplementor() {
    return ((ImplementableFunction) ScalarFunctionImpl.create(method)).getImplementor();
  }
}

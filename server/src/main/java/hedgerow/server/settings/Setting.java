package hedgerow.server.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A setting of the operator, on the component of a record that takes its value.
///
/// The components and these annotations are the only list of settings: the command line, the environment, the file,
/// `--help` and `docs/settings.md` all come from them.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

    /// Describes it, in a sentence or two.
    String value();

    /// The name; by default that of the component, `poolSize` as `pool-size`.
    String name() default "";

    /// The value where the operator gives none, in the syntax of the environment. An `Optional`, a list or
    /// a map may have no value; for any other type, a value must then be given.
    String preset() default "";

    /// Describes what happens without a value, for a setting that has no preset.
    String without() default "";

    /// A value that would be accepted.
    String example();

    /// The smallest number allowed.
    long least() default 0;

    /// The largest number allowed.
    long most() default Integer.MAX_VALUE;

    /// Whether its value must neither be shown nor given on the command line.
    boolean secret() default false;

    /// A further check of its value.
    Class<? extends Check<?>> check() default Check.None.class;

    /// The heading of a record of settings.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Group {
        String value();
    }
}

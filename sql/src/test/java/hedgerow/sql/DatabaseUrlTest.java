package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    private static final String NEON =
            "postgresql://me:s3cret@ep-cool-pooler.aws.example/shop?sslmode=require&channel_binding=require";

    @ParameterizedTest
    @CsvSource({
        "postgresql://ann:pw@db.example:6000/shop, db.example, 6000, shop",
        "postgres://ann:pw@db.example/shop, db.example, 5432, shop",
        "jdbc:postgresql://db.example:6000/shop?user=ann&password=pw, db.example, 6000, shop",
        "postgresql://ann:pw@[::1]:6000/shop, [::1], 6000, shop",
        "postgresql:///shop?host=db.example&port=6000&user=ann&password=pw, db.example, 6000, shop",
        "postgresql://ann:pw@db.example, db.example, 5432, ann",
        "jdbc:postgresql:///shop?user=ann&password=pw, localhost, 5432, shop",
        "postgresql://ann:pw@my_db:6000/shop, my_db, 6000, shop",
    })
    void reads_libpq_and_jdbc_forms(String text, String host, int port, String database) {
        assertThat(DatabaseUrl.parse(text))
                .isEqualTo(new DatabaseUrl(host, port, database, Optional.of("ann"), Optional.of("pw"), Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                NEON,
                "postgresql://ann@db.example:6000/shop",
                "postgresql://db.example:6000/shop?options=-c%20search_path%3Dapp",
                "postgresql://a%40b:p%3Aw%2F%3F%25@db.example:6000/my%20shop?application_name=x%26y",
            })
    void writes_what_it_read_in_either_form(String text) {
        var url = DatabaseUrl.parse(text);
        assertThat(DatabaseUrl.parse(url.libpq())).isEqualTo(url);
        assertThat(DatabaseUrl.parse(url.jdbc())).isEqualTo(url);
    }

    @Test
    void names_parameters_as_each_side_does() {
        var url = DatabaseUrl.parse(NEON);
        assertThat(url.libpq()).contains("channel_binding=require").contains("sslmode=require");
        assertThat(url.jdbc()).contains("channelBinding=require").contains("sslmode=require");
    }

    @Test
    void keeps_the_password_to_itself() {
        var url = DatabaseUrl.parse(NEON);
        assertThat(url.toString())
                .isEqualTo("postgresql://me@ep-cool-pooler.aws.example:5432/shop"
                        + "?channel_binding=require&sslmode=require");
        assertThat(url.jdbcAddress()).doesNotContain("s3cret").doesNotContain("user=");
        assertThat(DatabaseUrl.parse("jdbc:postgresql://h/d?user=me&password=s3cret")
                        .toString())
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://me:s3cret@h/d",
                "me:s3cret@h/d",
                "postgresql://me:s3cret@h:port/d",
                "postgresql://me:s3cret@h:65536/d",
                "postgresql://me:s3cret@h:0/d",
                "postgresql://me:s3cret@one:1,two:2/d",
                "postgresql://me:s3 cret@h/d",
                "postgresql://me:s3cret@h/d?port=s3cret",
                "postgresql:///d?host=/run/postgresql&password=s3cret",
                "postgresql:///d?password=s3cret",
                "postgres://me:s3cret@/d",
                "postgresql://me:s3%cret@h/d",
                "",
            })
    void refuses_a_malformed_url_without_repeating_it(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.toString()).doesNotContain("s3"));
    }
}

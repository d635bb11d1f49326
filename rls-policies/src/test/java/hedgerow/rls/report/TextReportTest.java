package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextReportTest {

    private static final String TEXT = Reviews.written(Reviews.report(), Format.TEXT);

    @Test
    void the_first_line_states_whether_the_connection_is_bound() {
        assertThat(TEXT).startsWith("row security does not bind billing, the role of this connection");
    }

    @Test
    void a_finding_is_a_message_with_place_fix_and_page() {
        assertThat(TEXT).contains("""

            error[rls-not-forced]: row security does not bind the owner billing
              on:   app.invoice
              at:   db/schema one.sql:12
              fix:  alter table app.invoice force row level security
              docs: rls-policies/rules/rls-not-forced/rule.md

            """);
    }

    @Test
    void the_last_line_is_the_verdict() {
        assertThat(TEXT)
                .endsWith("failed: 1 error, 1 warning, 1 note; 1 accepted; 1 examined; --all shows the notes\n");
    }

    @Test
    void notes_are_counted_and_shown_on_demand() {
        assertThat(TEXT).doesNotContain("info[");
        assertThat(Reviews.written(Reviews.report().withAll(), Format.TEXT))
                .contains("info[policies-without-rls]: 2 policies do nothing")
                .doesNotContain("--all shows");
    }

    @Test
    void it_can_be_handed_to_a_client() {
        assertThat(TEXT).contains("""
            reviewed: PostgreSQL 18.6, database shop on localhost:5432, on 4 March 2026, 05:06 UTC,\
             with Hedgerow 1.2.3, as billing
            coverage: 130 rules on 3 tables (2 with rows of tenants, 1 shared) and 4 policies; 1 part not reviewed,\
             1 examined by hand, 1 accepted
            verdict:  Rows of other tenants can be reached: 1 hole is open. 1 part of the database was not reviewed.
            """).contains("hint: looks like Supabase: --preset supabase\n");
    }

    @Test
    void gaps_are_listed_before_any_finding() {
        assertThat(TEXT.indexOf("schema.sql:7: extension")).isBetween(0, TEXT.indexOf("error["));
    }

    @Test
    void a_hostile_name_reaches_no_terminal() {
        assertThat(TEXT).doesNotContain("\033", "\r", "\u202e").contains("\\u001b[31m\\u000d\\u000a");
    }

    @Test
    void colour_is_used_only_on_request() {
        assertThat(Reviews.written(Reviews.report(), Format.TEXT, true))
                .contains("\033[1;31merror[rls-not-forced]\033[0m");
    }
}

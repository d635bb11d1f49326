package hedgerow.rls.logic;

import hedgerow.rls.catalog.Relation;
import java.util.LinkedHashMap;
import java.util.Map;

/// A session: its current role, and its values.
///
/// @param tag distinguishes the sessions of one question
/// @param clock distinguishes the transactions that it may be in
/// @param login oid of the role that logged in
/// @param role oid of the role whose privileges and policies count
/// @param user oid of the role that `current_user` names
/// @param asSet whether settings are those of the session, even within functions that change them
/// @param inputs the inputs in use; shared by the roles that the session's functions run as
public record Session(
        String tag, String clock, long login, long role, long user, boolean asSet, Map<Input, Encoded> inputs) {

    public static Session of(String tag, long role) {
        return new Session(tag, tag, role, role, role, false, new LinkedHashMap<>());
    }

    /// The session after SET ROLE, with this login.
    public Session of(long someLogin) {
        return new Session(tag, clock, someLogin, role, user, asSet, inputs);
    }

    /// The session within a SECURITY DEFINER function of this owner: settings stay.
    public Session as(long owner) {
        return new Session(tag, clock, login, owner, owner, asSet, inputs);
    }

    /// The session as a view of this owner reads its tables: `current_user` stays too.
    public Session through(long owner) {
        return new Session(tag, clock, login, owner, user, asSet, inputs);
    }

    /// The session as a view reads its tables: as the view's owner, or as whoever runs the statement.
    public Session through(Relation view) {
        return view.isInvokerView() ? asUser() : through(view.owner());
    }

    /// The session as its own code runs within a view: functions and views with the rights of their caller have
    /// those of `current_user`.
    Session asUser() {
        return asSet ? this : through(user);
    }

    /// The session's own identity, whatever it has become or runs: its login, with the settings that it
    /// made itself.
    public Session atHome() {
        return new Session(tag, clock, login, role, login, true, inputs);
    }

    /// The session in the same transaction, with inputs of its own.
    ///
    /// @param other tag
    public Session with(String other, Map<Input, Encoded> own) {
        return new Session(other, clock, login, role, user, asSet, own);
    }

    /// The session in another transaction, with inputs of its own.
    Session before(String other) {
        return new Session(other, other, login, role, user, asSet, new LinkedHashMap<>());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Session session
                && session.role == role
                && session.user == user
                && session.asSet == asSet
                && session.tag.equals(tag);
    }

    @Override
    public int hashCode() {
        return 31 * tag.hashCode() + Long.hashCode(role);
    }
}

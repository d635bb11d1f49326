package hedgerow.rls.logic;

import java.util.LinkedHashMap;
import java.util.Map;

/// One session: its current role, and what it carries.
///
/// @param tag tells the sessions of one question apart
/// @param role oid of the role whose privileges and policies count
/// @param user oid of the role that `current_user` names
/// @param inputs what has been asked for; shared by the roles that the session's functions run as
public record Session(String tag, long role, long user, Map<Input, Encoded> inputs) {

    public static Session of(String tag, long role) {
        return new Session(tag, role, role, new LinkedHashMap<>());
    }

    /// As a SECURITY DEFINER function of this owner runs: settings stay.
    public Session as(long owner) {
        return new Session(tag, owner, owner, inputs);
    }

    /// As a view of this owner reads its tables: `current_user` stays too.
    public Session through(long owner) {
        return new Session(tag, owner, user, inputs);
    }

    /// With inputs of its own.
    ///
    /// @param other tag
    public Session with(String other, Map<Input, Encoded> own) {
        return new Session(other, role, user, own);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Session session
                && session.role == role
                && session.user == user
                && session.tag.equals(tag);
    }

    @Override
    public int hashCode() {
        return 31 * tag.hashCode() + Long.hashCode(role);
    }
}

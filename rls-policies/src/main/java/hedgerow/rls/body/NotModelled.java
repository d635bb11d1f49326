package hedgerow.rls.body;

/// Signals a construct without steps.
final class NotModelled extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 200;

    NotModelled(String construct) {
        super(construct.length() > LONGEST ? construct.substring(0, LONGEST) + "…" : construct, null, false, false);
    }
}

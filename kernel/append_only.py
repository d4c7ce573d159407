"""SQL for tables whose rows never change, for the `…_guarantees` migrations."""

FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are never changed or deleted',
        TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
"""


def append_only(name: str, table: str) -> str:
    """Triggers `<name>_append_only` and `<name>_never_truncated`; no setting passes over them."""
    return f"""
CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}_append_only;
{never_truncated(name, table)}"""


def never_truncated(name: str, table: str) -> str:
    return f"""
CREATE TRIGGER {name}_never_truncated BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}_never_truncated;
"""

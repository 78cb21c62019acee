"""Which plans change something, and when runs ended: the history asks for both."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('plans', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changes', sa.Boolean(), nullable=False,
                                      server_default=sa.false()))
        batch_op.create_index(batch_op.f('ix_plans_changes_newest_plan'),
                              ['changes', 'newest', 'plan'], unique=False)
    with op.batch_alter_table('plans', schema=None) as batch_op:
        batch_op.alter_column('changes', server_default=None)
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_runs_ended_at'), ['ended_at'], unique=False)

    plans = sa.table('plans', sa.column('plan'), sa.column('revision'), sa.column('body'),
                     sa.column('changes', sa.Boolean()))
    found = op.get_bind().execute(sa.select(plans.c.plan, plans.c.revision, plans.c.body))
    for plan, revision_, body in found.all():
        if any(step.get("effect") != "read" for step in json.loads(body).get("steps", ())):
            op.get_bind().execute(
                sa.update(plans)
                .where(plans.c.plan == plan, plans.c.revision == revision_)
                .values(changes=True)
            )

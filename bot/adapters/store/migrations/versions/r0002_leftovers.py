"""Commands that may still run on a host after their attempt ended in doubt."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('leftovers',
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('plan', sa.Integer(), nullable=False),
    sa.Column('sudo', sa.Boolean(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('host', 'name', name=op.f('pk_leftovers'))
    )

"""What language models have used: per day, person and model."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('model_use',
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('tokens_in', sa.Integer(), nullable=False),
    sa.Column('cached', sa.Integer(), nullable=False),
    sa.Column('tokens_out', sa.Integer(), nullable=False),
    sa.Column('micros', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'person', 'model', name=op.f('pk_model_use'))
    )

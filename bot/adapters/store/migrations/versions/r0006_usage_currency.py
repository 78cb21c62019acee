"""The currency of what language models have cost: the settings may name another one later.

What was booked before stays without one, and counts in whichever the settings name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = ['day', 'person', 'model']


def upgrade() -> None:
    with op.batch_alter_table('model_use', schema=None) as batch_op:
        batch_op.add_column(sa.Column('currency', sa.String(), nullable=False, server_default=''))
        batch_op.drop_constraint(batch_op.f('pk_model_use'), type_='primary')
        batch_op.create_primary_key(batch_op.f('pk_model_use'), [*_KEY, 'currency'])
    with op.batch_alter_table('model_use', schema=None) as batch_op:
        batch_op.alter_column('currency', server_default=None)

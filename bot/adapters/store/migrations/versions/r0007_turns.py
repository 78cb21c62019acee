"""In which version a card that a chat platform shows last came into another state.

Of what is owed from before nobody knows that; it counts as progress, and gets there all the same.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('turned', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.alter_column('turned', server_default=None)

"""What chat platforms are to show (the durable outbox), and what each message became."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('plan', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_inbox_plan'), ['plan'], unique=False)
    op.create_table('posts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('surface', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('thread', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('card', sa.String(), nullable=False),
    sa.Column('reader', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('shown', sa.Integer(), nullable=False),
    sa.Column('due', sa.Boolean(), nullable=False),
    sa.Column('remote', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('not_before', sa.String(), nullable=True),
    sa.Column('gone', sa.String(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posts')),
    sa.UniqueConstraint('surface', 'channel', 'thread', 'key', name=op.f('uq_posts_surface_channel_thread_key'))
    )
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posts_surface_due_id'), ['surface', 'due', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_posts_card'), ['card'], unique=False)
        batch_op.create_index(batch_op.f('ix_posts_surface_channel_remote'),
                              ['surface', 'channel', 'remote'], unique=False)

"""What chat platforms are to show (the durable outbox), and what each message became.

What is taken in and not done yet stood in two settings, which were written anew for each message
and each click; each entry becomes a row.
"""

import json

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
    sa.Column('sent_at', sa.String(), nullable=True),
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
        batch_op.create_index(batch_op.f('ix_posts_surface_gone_id'),
                              ['surface', 'gone', 'id'], unique=False)
    op.create_table('kept',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('box', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('entry', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept')),
    sa.UniqueConstraint('box', 'key', name=op.f('uq_kept_box_key'))
    )
    _apart()


def _apart() -> None:
    """Move what waits out of its two settings."""
    settings = sa.table("settings", sa.column("key"), sa.column("value"))
    kept = sa.table("kept", sa.column("box"), sa.column("key"), sa.column("entry"))
    connection = op.get_bind()
    for box in ("pending", "clicks"):
        one = settings.c.key == box
        text = connection.execute(sa.select(settings.c.value).where(one)).scalar()
        rows = [
            {"box": box, "key": key, "entry": json.dumps(entry, ensure_ascii=False)}
            for key, entry in (json.loads(text) or {}).items()
        ] if text else []
        if rows:
            connection.execute(sa.insert(kept), rows)
        connection.execute(sa.delete(settings).where(one))

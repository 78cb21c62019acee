"""What stands in somebody's direct messages is found by whose they are, and not among everybody's."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posts_surface_reader_kind_id'),
                              ['surface', 'reader', 'kind', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_posts_surface_reader_remote'),
                              ['surface', 'reader', 'remote'], unique=False)

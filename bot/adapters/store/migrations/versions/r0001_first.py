"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('counters',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_counters'))
    )
    op.create_table('events',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.Column('plan', sa.Integer(), nullable=True),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('data', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_events_plan_seq'), ['plan', 'seq'], unique=False)

    op.create_table('former_attempts',
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('plan', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('results', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('changed', sa.Boolean(), nullable=False),
    sa.Column('left_out', sa.Boolean(), nullable=False),
    sa.Column('started_at', sa.String(), nullable=True),
    sa.Column('ended_at', sa.String(), nullable=True),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('seconds', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('row', name=op.f('pk_former_attempts'))
    )
    with op.batch_alter_table('former_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_attempts_plan_step_host'), ['plan', 'step', 'host'], unique=False)

    op.create_table('holds',
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('plan', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_holds'))
    )
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_holds_plan'), ['plan'], unique=False)

    op.create_table('inbox',
    sa.Column('surface', sa.String(), nullable=False),
    sa.Column('event_id', sa.String(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('surface', 'event_id', name=op.f('pk_inbox'))
    )
    op.create_table('logins',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('secret_hash', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('expires_at', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('kind', 'secret_hash', name=op.f('pk_logins'))
    )
    with op.batch_alter_table('logins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_logins_person_kind'), ['person', 'kind'], unique=False)

    op.create_table('plan_tags',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('plan', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'value', 'plan', name=op.f('pk_plan_tags'))
    )
    op.create_table('plans',
    sa.Column('plan', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('newest', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('requester', sa.String(), nullable=False),
    sa.Column('thread', sa.String(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.Column('expires_at', sa.String(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('plan', 'revision', name=op.f('pk_plans'))
    )
    with op.batch_alter_table('plans', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plans_state_newest_plan'), ['state', 'newest', 'plan'], unique=False)
        batch_op.create_index(batch_op.f('ix_plans_state_newest_expires_at'), ['state', 'newest', 'expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_plans_requester_plan'), ['requester', 'plan'], unique=False)
        batch_op.create_index(batch_op.f('ix_plans_thread_plan'), ['thread', 'plan'], unique=False)

    op.create_table('questions',
    sa.Column('thread', sa.String(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('request', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('thread', name=op.f('pk_questions'))
    )
    op.create_table('settings',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_settings'))
    )
    op.create_table('threads',
    sa.Column('thread', sa.String(), nullable=False),
    sa.Column('surface', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('said', sa.Boolean(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('tone', sa.String(), nullable=False),
    sa.Column('card_seq', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('thread', name=op.f('pk_threads'))
    )
    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_threads_at'), ['at'], unique=False)

    op.create_table('items',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('thread', sa.String(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('card_id', sa.String(), nullable=True),
    sa.Column('card', sa.String(), nullable=True),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['thread'], ['threads.thread'], name=op.f('fk_items_threads')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_items')),
    sa.UniqueConstraint('card_id', name=op.f('uq_items_card_id'))
    )
    with op.batch_alter_table('items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_items_thread_seq'), ['thread', 'seq'], unique=False)

    op.create_table('runs',
    sa.Column('plan', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('started_at', sa.String(), nullable=False),
    sa.Column('ended_at', sa.String(), nullable=True),
    sa.Column('decide_by', sa.String(), nullable=True),
    sa.Column('decider', sa.String(), nullable=False),
    sa.Column('stopping', sa.Boolean(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['plan', 'revision'], ['plans.plan', 'plans.revision'], name=op.f('fk_runs_plans')),
    sa.PrimaryKeyConstraint('plan', name=op.f('pk_runs'))
    )
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_runs_state_started_at'), ['state', 'started_at'], unique=False)

    op.create_table('thread_persons',
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('thread', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['thread'], ['threads.thread'], name=op.f('fk_thread_persons_threads')),
    sa.PrimaryKeyConstraint('person', 'thread', name=op.f('pk_thread_persons'))
    )
    op.create_table('votes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('ballot', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.Column('surface', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['plan', 'revision'], ['plans.plan', 'plans.revision'], name=op.f('fk_votes_plans')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_votes')),
    sa.UniqueConstraint('plan', 'revision', 'person', name=op.f('uq_votes_plan_revision_person'))
    )
    op.create_table('steps',
    sa.Column('plan', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['plan'], ['runs.plan'], name=op.f('fk_steps_runs')),
    sa.PrimaryKeyConstraint('plan', 'step', name=op.f('pk_steps'))
    )
    op.create_table('attempts',
    sa.Column('plan', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('results', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('changed', sa.Boolean(), nullable=False),
    sa.Column('left_out', sa.Boolean(), nullable=False),
    sa.Column('started_at', sa.String(), nullable=True),
    sa.Column('ended_at', sa.String(), nullable=True),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('seconds', sa.Float(), nullable=True),
    sa.ForeignKeyConstraint(['plan', 'step'], ['steps.plan', 'steps.step'], name=op.f('fk_attempts_steps')),
    sa.PrimaryKeyConstraint('plan', 'step', 'host', name=op.f('pk_attempts'))
    )
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempts_action_state_ended_at'), ['action', 'state', 'ended_at'], unique=False)

"""The gate: who may ask for what, what may run unasked, who may approve it.

`CedarGate` judges by the user's policies; `ApprovalDesk` keeps plans that wait for votes.
"""

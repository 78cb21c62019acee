"""What holds in every chat platform, whatever its wire: rules that their adapters share.

    begun   conversations that a command begins: kept, rooted, asked, settled or given up
    roots   what a platform's wire must do for that
    when_said   as it comes, or as it was written where it comes late

Adapters are blind to each other, so a rule that two of them need stands here, once.
"""

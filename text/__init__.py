"""Russian message triage: from what people write to who must read it."""

"""Whether CloudTrail itself vouches for what is there: digest chains, hashes, signatures."""

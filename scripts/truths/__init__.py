"""Published claims about trained networks, measured here: definitions, results, and the page about them.

python -m scripts.truths.measure [CLAIM ...]     train and measure what is missing, into scripts/truths/measured/
python -m scripts.truths.page                    write docs/truths.md from it
"""

"""What is asked, and in which words: question sets and phrases, one file a band, and the loader that checks them."""

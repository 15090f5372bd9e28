"""What is kept: sealed by the vault, stored by the store, brought forward by the migrations."""

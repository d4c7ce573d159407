"""The billing center's pages, a module for each."""

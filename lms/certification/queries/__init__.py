"""What is read about gates, periods and the people they belong to; split by the page that asks."""

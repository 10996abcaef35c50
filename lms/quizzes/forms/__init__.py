"""What is sent about quizzes: by those who take them, and by those who make them and look after them."""

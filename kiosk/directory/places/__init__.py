"""Where in France: communes, postcodes, departments, and the words that people have for them."""

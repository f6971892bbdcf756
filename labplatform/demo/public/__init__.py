"""What the demonstration shows to the public: publications, and a call for authorities."""

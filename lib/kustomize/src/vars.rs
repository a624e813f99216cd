//! Vars: $(NAME) expanded at the end of a build.

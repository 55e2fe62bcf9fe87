# blocks.awk - blocks.html as a C table; a name that html.h does not know does not compile.
function flush_block(  at) {
	if (name == "")
		return
	at = index(text, "$content")
	if (at == 0) {
		print "blocks.html: " name " has no $content" >"/dev/stderr"
		exit 1
	}
	printf "\t[TAG_%s] = { \"%s\", \"%s\" },\n", name, substr(text, 1, at - 1),
	    substr(text, at + 8)
}

BEGIN {
	print "#include \"publisher/page/html.h\"\n#include \"publisher/page/blocks.h\""
	print "const struct html_block html_blocks[TAG_COUNT] = {"
}

/^== / {
	flush_block()
	name = toupper($2)
	gsub("-", "_", name)
	text = ""
	next
}

name != "" && NF > 0 {
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	text = text (text == "" ? "" : "\\n") $0
}

END {
	flush_block()
	print "};"
}

/// Elements by their names, so that pages read like pages.

func div(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("div", attributes, content())
}

func section(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("section", attributes, content())
}

func main(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("main", attributes, content())
}

func nav(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("nav", attributes, content())
}

func header(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("header", attributes, content())
}

func footer(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("footer", attributes, content())
}

func aside(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("aside", attributes, content())
}

func h1(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("h1", attributes, content())
}

func h2(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("h2", attributes, content())
}

func h3(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("h3", attributes, content())
}

func p(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("p", attributes, content())
}

func span(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("span", attributes, content())
}

func a(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("a", attributes, content())
}

func ul(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("ul", attributes, content())
}

func ol(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("ol", attributes, content())
}

func li(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("li", attributes, content())
}

func dl(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("dl", attributes, content())
}

func dt(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("dt", attributes, content())
}

func dd(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("dd", attributes, content())
}

func table(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("table", attributes, content())
}

func caption(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("caption", attributes, content())
}

func thead(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("thead", attributes, content())
}

func tbody(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("tbody", attributes, content())
}

func tr(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("tr", attributes, content())
}

func th(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("th", attributes, content())
}

func td(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("td", attributes, content())
}

func form(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("form", attributes, content())
}

func label(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("label", attributes, content())
}

func button(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("button", attributes, content())
}

func fieldset(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("fieldset", attributes, content())
}

func legend(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("legend", attributes, content())
}

func select(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("select", attributes, content())
}

func option(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("option", attributes, content())
}

func textarea(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("textarea", attributes, content())
}

func strong(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("strong", attributes, content())
}

func em(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("em", attributes, content())
}

func code(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("code", attributes, content())
}

func pre(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("pre", attributes, content())
}

func time(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("time", attributes, content())
}

func details(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("details", attributes, content())
}

func summary(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("summary", attributes, content())
}

func progress(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("progress", attributes, content())
}

func small(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("small", attributes, content())
}

func output(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
    .element("output", attributes, content())
}

func input(_ attributes: Attribute...) -> HTML { .element(Tag("input", isVoid: true), attributes, .empty) }

func link(_ attributes: Attribute...) -> HTML { .element(Tag("link", isVoid: true), attributes, .empty) }

func meta(_ attributes: Attribute...) -> HTML { .element(Tag("meta", isVoid: true), attributes, .empty) }

func br(_ attributes: Attribute...) -> HTML { .element(Tag("br", isVoid: true), attributes, .empty) }

func img(_ attributes: Attribute...) -> HTML { .element(Tag("img", isVoid: true), attributes, .empty) }

func hr(_ attributes: Attribute...) -> HTML { .element(Tag("hr", isVoid: true), attributes, .empty) }

/// Elements of drawings.
enum SVG {
    static func svg(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
        .element("svg", attributes, content())
    }

    static func g(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
        .element("g", attributes, content())
    }

    static func rect(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
        .element("rect", attributes, content())
    }

    static func line(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
        .element("line", attributes, content())
    }

    static func text(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
        .element("text", attributes, content())
    }

    static func title(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
        .element("title", attributes, content())
    }

    static func path(_ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML {
        .element("path", attributes, content())
    }

}

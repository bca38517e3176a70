package org.preserve.judges;

import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonCertificateSource;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Answers one question a line from standard input, until it ends.
 *
 * <p>{@code trust FOLDER} takes anchors, certificates and CRLs (FOLDER/anchors, /certificates,
 * /crls) for the questions that follow; {@code signatures FILE} asks EU DSS; {@code conforms 3a
 * FILE} and {@code conforms ua1 FILE} ask veraPDF. Each answer is one line: {@code ok} or {@code
 * error}, a tab, and items separated by tabs.
 */
public final class Judges {

  private CommonCertificateVerifier verifier = new CommonCertificateVerifier();

  private Judges() {}

  public static void main(String[] arguments) throws IOException {
    VeraGreenfieldFoundryProvider.initialise();
    Judges judges = new Judges();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(judges.answer(line));
    }
  }

  private String answer(String line) {
    String[] words = line.split(" ", 2);
    try {
      switch (words[0]) {
        case "trust":
          verifier = readTrust(Path.of(words[1]));
          return "ok";
        case "signatures":
          return "ok\t" + String.join("\t", signatures(new File(words[1])));
        case "conforms":
          String[] question = words[1].split(" ", 2);
          return "ok\t" + String.join("\t", faults(question[0], new File(question[1])));
        default:
          return "error\tunknown question " + words[0];
      }
    } catch (Exception | LinkageError problem) {
      return "error\t" + problem.toString().replaceAll("\\s+", " ");
    }
  }

  private static CommonCertificateVerifier readTrust(Path folder) throws IOException {
    CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
    for (File file : files(folder.resolve("anchors"))) {
      anchors.addCertificate(DSSUtils.loadCertificate(file));
    }
    CommonCertificateSource others = new CommonCertificateSource();
    for (File file : files(folder.resolve("certificates"))) {
      CertificateToken certificate = DSSUtils.loadCertificate(file);
      others.addCertificate(certificate);
    }
    List<InputStream> lists = new ArrayList<>();
    for (File file : files(folder.resolve("crls"))) {
      lists.add(new FileInputStream(file));
    }
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(anchors);
    verifier.setAdjunctCertSources(others);
    verifier.setAIASource(null); // A verdict asks no network.
    if (!lists.isEmpty()) {
      verifier.setCrlSource(new ExternalResourcesCRLSource(lists.toArray(new InputStream[0])));
    }
    return verifier;
  }

  private static List<File> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(folder)) {
      return found.filter(Files::isRegularFile).sorted().map(Path::toFile).toList();
    }
  }

  /** Returns one item a signature: field, format, indication, sub-indication. */
  private List<String> signatures(File file) {
    DSSDocument document = new FileDocument(file);
    SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(document);
    validator.setCertificateVerifier(verifier);
    Reports reports = validator.validateDocument();
    SimpleReport simple = reports.getSimpleReport();
    List<String> items = new ArrayList<>();
    for (String id : simple.getSignatureIdList()) {
      Indication indication = simple.getIndication(id);
      var diagnostic = reports.getDiagnosticData().getSignatureById(id);
      String field = String.join(",", diagnostic.getSignatureFieldNames());
      StringBuilder why = new StringBuilder();
      simple.getAdESValidationErrors(id).forEach(m -> why.append(" ").append(m.getValue()));
      items.add(
          field + " " + simple.getSignatureFormat(id) + " " + indication + " "
              + simple.getSubIndication(id) + why.toString().replaceAll("\\s+", " "));
    }
    return items;
  }

  /** Returns the clauses that a file breaks; none when it conforms. */
  private static List<String> faults(String flavourId, File file) throws Exception {
    PDFAFlavour flavour = PDFAFlavour.byFlavourId(flavourId);
    List<String> broken = new ArrayList<>();
    try (InputStream in = new FileInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      ValidationResult result = validator.validate(parser);
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          String rule =
              assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
          if (!broken.contains(rule)) {
            broken.add(rule);
          }
        }
      }
      if (!result.isCompliant() && broken.isEmpty()) {
        broken.add("not compliant");
      }
    }
    return broken;
  }
}
